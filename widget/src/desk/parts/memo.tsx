import { Component, type ComponentType, type FunctionComponent } from "preact";

/** Draw a component again only where its props differ: what keeps a timeline of hundreds of events quick. */
export function memo<Props extends object>(
  Draw: FunctionComponent<Props>,
  same: (before: Props, after: Props) => boolean,
): ComponentType<Props> {
  return class Kept extends Component<Props> {
    override shouldComponentUpdate(next: Props) {
      return !same(this.props as Props, next);
    }
    override render() {
      return <Draw {...(this.props as Props)} />;
    }
  };
}
