export function useScanning(_f: any, _t: string, _s: any) {
  return { burst: null as string | null, remove() {}, keep() {}, onKey: (_e: KeyboardEvent) => false };
}
