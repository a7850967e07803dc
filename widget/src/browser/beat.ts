// Words beside the media: a beat, so that something arrives even where nobody has a device, and where somebody points.
const LOSABLE: RTCDataChannelInit = { ordered: false, maxRetransmits: 0 };

export class Beat {
  private channel: RTCDataChannel | undefined;

  /**
   * Between browsers it is one channel that both know: where each opens its own, Chromium shows no picture of who
   * stopped and went on, once both have renewed their way at once.
   */
  constructor(
    private readonly connection: RTCPeerConnection,
    private readonly room: boolean,
    private readonly hear: (said: string) => void,
  ) {
    if (!room) this.open({ negotiated: true, id: 0 });
    connection.ondatachannel = ({ channel }) => this.listen(channel);
  }

  /** In a room each says over a channel of its own: it passes nothing on to whoever opens none. */
  begin(): void {
    if (this.room) this.open({});
  }

  /** Lost as it may be. */
  say(said: string): void {
    if (this.channel?.readyState === "open") this.channel.send(said);
  }

  private open(known: RTCDataChannelInit): void {
    this.channel = this.connection.createDataChannel("beat", { ...LOSABLE, ...known });
    this.listen(this.channel);
  }

  private listen(channel: RTCDataChannel): void {
    channel.onmessage = ({ data }) => this.hear(String(data));
  }
}
