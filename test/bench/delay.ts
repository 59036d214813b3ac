import { monitorEventLoopDelay } from 'node:perf_hooks'

/** A round during which it is noted how long other work of this process had to wait at most. */
export function withDelay(work: () => Promise<void>): { readonly run: () => Promise<void>, readonly figures: () => Readonly<Record<string, string>> } {
  const waits: number[] = []
  return {
    run: async () => {
      const delay = monitorEventLoopDelay({ resolution: 1 })
      delay.enable()
      await work()
      delay.disable()
      waits.push(delay.max / 1e6)
    },
    figures: () => ({ 'longest wait of other work': `${Math.max(...waits).toFixed(0)} ms (aim 50)` }),
  }
}
