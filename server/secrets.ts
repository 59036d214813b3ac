import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

/** A 256-bit token from the system's generator, base64url (43 characters). */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Six digits, each as likely as the other, for somebody to type. */
export function newCode(): string {
  return randomInt(1_000_000).toString().padStart(6, '0')
}

/** What is stored of a token: its SHA-256, lowercase hex. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex')
}

/** Compares two strings without telling by time where they part. */
export function isSame(left: string, right: string): boolean {
  const a = createHash('sha256').update(left, 'utf8').digest()
  const b = createHash('sha256').update(right, 'utf8').digest()
  return timingSafeEqual(a, b)
}

/** Seals short secrets that must be read again (two-step keys, links waiting in the outbox) with AES-256-GCM. */
export class Sealer {
  readonly #key: Buffer

  /** `secret`: the SECRET of the configuration, at least 32 characters. */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'tickmark seal v1', 32))
  }

  /** `purpose` is bound to the result: what was sealed for one purpose does not open for another. */
  seal(purpose: string, text: string): string {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(purpose))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
  }

  /** What nobody without SECRET can make for this text and purpose: lowercase hex. A short code stored like this cannot be found by trying. */
  mark(purpose: string, text: string): string {
    return createHmac('sha256', this.#key).update(`${purpose}\u0000${text}`, 'utf8').digest('hex')
  }

  /** Throws when the text was changed, sealed for another purpose or under another SECRET. */
  unseal(purpose: string, sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12)).setAAD(Buffer.from(purpose))
    decipher.setAuthTag(bytes.subarray(12, 28))
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
  }
}
