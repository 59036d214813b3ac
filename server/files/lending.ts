import type { Sealer } from '../secrets.ts'
import type { SentFile } from './send.ts'

const PURPOSE = 'lent file'
const MINUTE = 60_000

/** The address at which a file is served for a minute, at an origin that has no session and no page. */
export function lend(sealer: Sealer, filesUrl: URL, { sha256, name, mediaType }: SentFile, now: Date): string {
  const url = new URL('/lent', filesUrl)
  url.searchParams.set('file', sealer.seal(PURPOSE, JSON.stringify({ sha256, name, mediaType, until: now.getTime() + MINUTE })))
  return url.href
}

/** The file an address was made for; null when its minute is over or nobody here made it. */
export function lentFile(sealer: Sealer, sealed: string, now: Date): SentFile | null {
  try {
    const { until, ...file } = JSON.parse(sealer.unseal(PURPOSE, sealed)) as SentFile & { until: number }
    return until > now.getTime() ? file : null
  } catch {
    return null
  }
}
