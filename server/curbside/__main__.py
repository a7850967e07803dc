"""The command line: `curbside …`, `python -m curbside …`."""

from curbside.commands import application as main

if __name__ == "__main__":
    main()
