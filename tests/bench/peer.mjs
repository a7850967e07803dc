// One WebSocket client over a plain socket: as little as the bench needs (RFC 6455, frames of the server's unmasked).

import { randomBytes } from "node:crypto";
import net from "node:net";

const TYPE = '{"type":"';
const CONVERSATION = '"conversation":"';
const MASKED_TEXT = Buffer.from([0x81, 0x80]);

export class Peer {
  #rest = Buffer.alloc(0);
  #open = false;
  #toLive;
  #settle;

  constructor(port, hello, received) {
    this.hello = hello;
    this.received = received;
    this.#toLive = Object.keys(hello.cursors ?? {}).length;
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
    this.socket.on("connect", () => this.socket.write(upgrade(port)));
    this.socket.on("data", (chunk) => this.#read(chunk));
    this.socket.on("error", (error) => this.#settle.reject(error));
    this.socket.on("close", () => this.#settle.reject(new Error("the server closed the connection")));
  }

  /** Send a text. A mask of zeros is a mask: the server does the work of unmasking all the same. */
  send(text) {
    const payload = Buffer.from(text);
    const length = payload.length;
    const head = length < 126 ? 6 : 8;
    const frame = Buffer.alloc(head + length);
    MASKED_TEXT.copy(frame);
    if (length < 126) {
      frame[1] |= length;
    } else {
      frame[1] |= 126;
      frame.writeUInt16BE(length, 2);
    }
    payload.copy(frame, head);
    this.socket.write(frame);
  }

  #read(chunk) {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#open) {
      const end = data.indexOf("\r\n\r\n");
      if (end < 0) {
        this.#rest = data;
        return;
      }
      if (!data.subarray(0, 12).equals(Buffer.from("HTTP/1.1 101"))) {
        this.#settle.reject(new Error(data.subarray(0, 80).toString()));
        return;
      }
      this.#open = true;
      data = data.subarray(end + 4);
      this.send(JSON.stringify({ type: "hello", version: 1, ...this.hello }));
    }
    this.#rest = this.#frames(data);
  }

  /** Take the whole frames of `data`; return what is left. */
  #frames(data) {
    let at = 0;
    while (data.length - at >= 2) {
      const short = data[at + 1] & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (data.length - at < head) break;
      const length = short < 126 ? short : short === 126 ? data.readUInt16BE(at + 2) : Number(data.readBigUInt64BE(at + 2));
      if (data.length - at < head + length) break;
      if ((data[at] & 0x0f) === 1) this.#text(data, at + head, at + head + length);
      else if ((data[at] & 0x0f) === 9) this.#pong(data.subarray(at + head, at + head + length));
      at += head + length;
    }
    return data.subarray(at);
  }

  #pong(payload) {
    this.socket.write(Buffer.concat([Buffer.from([0x8a, 0x80 | payload.length, 0, 0, 0, 0]), payload]));
  }

  #text(data, from, to) {
    // Both servers write `type` first and an id of 22 letters where a conversation is named.
    const head = data.latin1Slice(from, Math.min(to, from + 160));
    const type = head.slice(TYPE.length, head.indexOf('"', TYPE.length));
    if (type === "welcome") {
      if (this.#toLive === 0) this.#settle.resolve();
    } else if (type === "live") {
      this.#toLive -= 1;
      if (this.#toLive === 0) this.#settle.resolve();
    } else if (type === "bye" || type === "resync") {
      this.#settle.reject(new Error(data.latin1Slice(from, to)));
    } else {
      const found = head.indexOf(CONVERSATION);
      const conversation = found < 0 ? "" : head.slice(found + CONVERSATION.length, found + CONVERSATION.length + 22);
      this.received(this, type, conversation, head);
    }
  }
}

function upgrade(port) {
  const key = randomBytes(16).toString("base64");
  return `GET /v1/socket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`;
}
