import { monitorEventLoopDelay } from 'node:perf_hooks'
import { threadCpuUsage } from 'node:process'

/**
 * A round during which it is noted how long other work of this process had to wait at most, and how long this thread itself
 * was at work in the whole round: where that is less than the wait, the machine had no core free for it.
 */
export function withDelay(work: () => Promise<void>): { readonly run: () => Promise<void>, readonly figures: () => Readonly<Record<string, string>> } {
  const waits: number[] = []
  const worked: number[] = []
  return {
    run: async () => {
      const delay = monitorEventLoopDelay({ resolution: 1 })
      delay.enable()
      const before = threadCpuUsage()
      await work()
      const { user, system } = threadCpuUsage(before)
      delay.disable()
      waits.push(delay.max / 1e6)
      worked.push((user + system) / 1e3)
    },
    figures: () => ({
      'longest wait of other work': `${Math.max(...waits).toFixed(0)} ms (aim 50)`, 'work of this thread in a whole round': `${Math.max(...worked).toFixed(0)} ms at most`,
    }),
  }
}
