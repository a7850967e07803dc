// How what a browser found of its equipment reads on a timeline, to the contact and to agents.
export const equipmentEn = {
  equipmentOf: (who: string) => `Equipment of ${who}`,
  equipmentYou: "Your equipment",
  untested: "not tested",
  equipment: {
    microphone: {
      works: "microphone works",
      ready: "microphone allowed, not heard yet",
      silent: "microphone is muted",
      denied: "microphone blocked in the browser (icon beside the address)",
      system: "microphone blocked by the operating system",
      forbidden: "the EHR’s page forbids the microphone (a matter for IT)",
      missing: "no microphone",
      busy: "another program uses the microphone",
    },
    camera: {
      works: "camera works",
      ready: "camera there, not tried",
      dark: "camera dark or covered",
      denied: "camera blocked in the browser",
      system: "camera blocked by the operating system",
      forbidden: "the EHR’s page forbids the camera",
      missing: "no camera",
      busy: "another program uses the camera",
    },
    line: { stream: "no WebSocket, HTTPS instead" },
    relay: {
      udp: "relay over UDP",
      tcp: "UDP blocked, relay over TCP",
      tls: "relay over TLS only",
      none: "no relay reached",
    },
    echo: { works: "echo came back", failed: "no echo from the server" },
  } as Record<string, Record<string, string>>,
};

export type EquipmentWords = typeof equipmentEn;
