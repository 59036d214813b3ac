import { hash, verify } from '@node-rs/argon2'

/** What a password may not lean on: what others know of its owner. */
export type Owner = { readonly email: string, readonly name: string, readonly organization: string }

export const MIN_PASSWORD = 12
export const MAX_PASSWORD = 200

/** OWASP's argon2id setting for 19 MiB of memory. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** The hash of a password nobody knows, of the same cost: who has none takes as long to refuse as who has one. */
const nobody = '$argon2id$v=19$m=19456,t=2,p=1$QwvMfCpsT3fIA89xf76K7w$0bGbCGhDvKXascBMLYk53mN5Cn/liSmIQgAHu0wkRXk'

/** Beginnings of the commonest passwords of twelve characters and more; what is left beside them has to carry the rest. */
const commonest = [
  'password', 'passwort', 'passw0rd', 'p@ssword', 'p@ssw0rd', 'qwertyuiop', 'qwertz', 'qwerty', 'azerty', 'asdfghjkl', 'zxcvbnm', '1q2w3e4r',
  '1qaz2wsx', 'letmein', 'welcome', 'iloveyou', 'administrator', 'admin', 'changeme', 'default', 'sunshine', 'princess', 'football', 'baseball',
  'superman', 'batman', 'dragon', 'monkey', 'master', 'shadow', 'trustno1', 'michael', 'jennifer', 'secret', 'whatever', 'starwars', 'computer',
  'internet', 'spring', 'summer', 'autumn', 'winter', 'january', 'february', 'october', 'november', 'december', 'auditor', 'tickmark',
  '0123456789', '1234567890', '123456789', '12345678', '1234567', '123456', '987654321', '654321', 'abcdefghijkl', 'abcdef', 'abc123', '112233', '123123',
]

export async function hashPassword(password: string): Promise<string> {
  return await hash(password.normalize('NFKC'), cost)
}

/** Whether the password is the one behind `stored`; null (nobody, or nobody with a password) takes just as long and is never right. */
export async function isRightPassword(stored: string | null, password: string): Promise<boolean> {
  const usable = password.length <= MAX_PASSWORD
  const right = await verify(stored ?? nobody, (usable ? password : '').normalize('NFKC'))
  return right && usable && stored !== null
}

/** A password exactly as it was typed; a form's other texts are trimmed. Empty when it is missing. */
export function typedPassword(body: unknown, field: string): string {
  const value = (body as Record<string, unknown> | null | undefined)?.[field]
  return typeof value === 'string' ? value : ''
}

/** Why a new password cannot be taken, in one sentence, or null. There is no rule about kinds of characters. */
export function refusePassword(password: string, owner: Owner): string | null {
  const length = [...password].length
  if (length === 0) return 'Choose a password.'
  if (length < MIN_PASSWORD) return `Choose a password of at least ${MIN_PASSWORD} characters; this one has ${length}. A few words in a row do well.`
  if (password.length > MAX_PASSWORD) return `Choose a password of at most ${MAX_PASSWORD} characters.`
  const bare = password.normalize('NFKC').toLowerCase()
  if (!isEnough(without(bare, commonest))) return 'This is one of the commonest passwords, or nearly. Choose one that nobody else would think of.'
  if (!isEnough(without(bare, [...wordsOf(owner), ...commonest]))) return 'Choose a password that does not rest on your name, your address or your company: those are tried first.'
  return null
}

/** Six characters, five of them different, must be left when everything guessable is taken away. */
function isEnough(rest: string): boolean {
  return rest.length >= 6 && new Set(rest).size >= 5
}

function without(password: string, words: readonly string[]): string {
  let rest = password
  for (const word of words) rest = rest.replaceAll(word, '')
  return rest
}

function wordsOf({ email, name, organization }: Owner): string[] {
  const whole = [email, ...email.split('@'), name, organization].map((text) => text.normalize('NFKC').toLowerCase())
  const parts = whole.flatMap((text) => [text, text.replace(/[^\p{L}\p{N}]/gu, ''), ...text.split(/[^\p{L}\p{N}]+/u)])
  return [...new Set(parts)].filter((word) => word.length >= 4).toSorted((a, b) => b.length - a.length)
}
