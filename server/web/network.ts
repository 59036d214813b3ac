import { isIPv6 } from 'node:net'

/**
 * What limits are counted by: an IPv4 address, or the first half of an IPv6 one, because a single line is given all
 * 2^64 addresses of a /64 and could try from each of them. An IPv4 address in IPv6 dress counts as what it is.
 */
export function networkOf(address: string): string {
  const bare = address.replace(/%.*$/, '')
  if (!isIPv6(bare)) return address
  const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1]
  if (dotted !== undefined) return dotted
  const [start = '', end] = bare.split('::')
  const before = start === '' ? [] : start.split(':')
  const after = end === undefined || end === '' ? [] : end.split(':')
  const whole = [...before, ...Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0'), ...after]
  return `${whole.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
