import { randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import QRCode from 'qrcode'
import { hashToken } from '../secrets.ts'

const PERIOD_SECONDS = 30
const RECOVERY_CODES = 10
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A drawing of the key for the camera of an authenticator: `path` fills the dark squares of a field of `size` × `size`. */
export type KeyPicture = { readonly size: number, readonly path: string }

/** A new 160-bit key for an authenticator, base32. */
export function newKey(): string {
  return new Secret({ size: 20 }).base32
}

/** The key as people type it: groups of four. */
export function writeKey(key: string): string {
  return key.match(/.{1,4}/g)?.join(' ') ?? ''
}

/** Address and key as a picture that authenticators read (RFC 6238 with the parameters they all know). */
export function drawKey(key: string, email: string): KeyPicture {
  const { modules } = QRCode.create(totp(key, email).toString(), { errorCorrectionLevel: 'M' })
  const margin = 2
  let path = ''
  for (let index = 0; index < modules.data.length; index += 1) {
    if (modules.data[index]) path += `M${index % modules.size + margin} ${Math.floor(index / modules.size) + margin}h1v1h-1z`
  }
  return { size: modules.size + 2 * margin, path }
}

/** The time step the code belongs to, when it is right for now or the step before or after; else null. */
export function stepOf(key: string, code: string, now: Date): number | null {
  const token = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return null
  const timestamp = now.getTime()
  const delta = totp(key, '').validate({ token, timestamp, window: 1 })
  return delta === null ? null : Math.floor(timestamp / 1000 / PERIOD_SECONDS) + delta
}

/** The code an authenticator shows for the key at a moment. */
export function codeAt(key: string, moment: Date): string {
  return totp(key, '').generate({ timestamp: moment.getTime() })
}

/** Ten codes of about 79 bits each, to be shown once and kept as their hashes only. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, newRecoveryCode)
}

/** What is stored of a recovery code; how it was typed (case, spaces, dashes) does not matter. */
export function hashRecoveryCode(personId: string, code: string): string {
  return hashToken(`${personId} ${code.toLowerCase().replace(/[^a-z0-9]/g, '')}`)
}

function totp(key: string, label: string): TOTP {
  return new TOTP({ issuer: 'Tickmark', label: label || 'Tickmark', secret: Secret.fromBase32(key), algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS })
}

function newRecoveryCode(): string {
  const letters: string[] = []
  while (letters.length < 16) {
    const byte = randomBytes(1)[0]!
    // A remainder would make the first letters likelier than the others.
    if (byte < 248) letters.push(alphabet[byte % alphabet.length]!)
  }
  return letters.join('').match(/.{4}/g)!.join('-')
}
