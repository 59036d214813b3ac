import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'

/** Where the program keeps its data and how it is reached. `demo` is true exactly when there is no DATABASE_URL. */
export type Config = {
  readonly demo: boolean
  readonly host: string
  readonly port: number
  readonly dataDir: string
  readonly databaseUrl: string | null
  readonly queueDatabaseUrl: string | null
  readonly publicUrl: URL
  /** Another origin of this server that serves evidence alone; null serves it beside the pages. */
  readonly filesUrl: URL | null
  readonly secret: string | null
  readonly smtpUrl: string | null
  readonly mailFrom: string
  readonly trustedProxies: readonly string[]
  readonly maxUploadBytes: number
  readonly logLevel: string
}

export type InviteConfig = { readonly ownerUrl: string, readonly publicUrl: URL }

export type MigrateConfig = { readonly ownerUrl: string, readonly queueUrl: string }

/** The start is refused; `problems` names each variable and why. */
export class BadConfig extends Error {
  readonly problems: readonly string[]

  constructor(problems: string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'BadConfig'
    this.problems = problems
  }
}

type Environment = Readonly<Record<string, string | undefined>>

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must start with postgresql://')

const variables = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number('must be a port number').int().min(0).max(65535).default(3000),
  DATA_DIR: z.string().min(1).default('.data'),
  DATABASE_URL: postgresUrl.optional(),
  QUEUE_DATABASE_URL: postgresUrl.optional(),
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be the address people type, such as https://tickmark.firm.example' }).optional(),
  FILES_URL: z.url({ protocol: /^https?$/, error: 'must be an address, such as https://tickmark-files.firm.example' }).optional(),
  SECRET: z.string().optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must look like smtps://user:password@mail.firm.example' }).optional(),
  MAIL_FROM: z.string().regex(/^[^\r\n]*$/, 'must be one line').optional(),
  TRUSTED_PROXIES: z.string().default('').transform((text) => text.split(',').map((part) => part.trim()).filter(Boolean))
    .refine((ranges) => ranges.every(isAddressRange), 'must list addresses or ranges such as 10.0.0.0/8, separated by commas'),
  MAX_UPLOAD_BYTES: z.coerce.number('must be a number of bytes').int().min(1024).default(5 * 1024 ** 3),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug'], 'must be silent, error, warn, info or debug').optional(),
})

/** Reads and judges the environment of the server; throws BadConfig naming every problem at once. */
export function readConfig(environment: Environment): Config {
  const values = parse(variables, environment)
  const demo = values.DATABASE_URL === undefined
  const problems = demo ? demoProblems(values.HOST) : productionProblems(values)
  if (problems.length > 0) throw new BadConfig(problems)
  return {
    demo,
    host: values.HOST,
    port: values.PORT,
    dataDir: resolve(values.DATA_DIR),
    databaseUrl: values.DATABASE_URL ?? null,
    queueDatabaseUrl: values.QUEUE_DATABASE_URL ?? null,
    publicUrl: new URL(values.PUBLIC_URL ?? `http://${isIP(values.HOST) === 6 ? `[${values.HOST}]` : values.HOST}:${values.PORT}`),
    filesUrl: values.FILES_URL ? new URL(values.FILES_URL) : null,
    secret: values.SECRET ?? null,
    smtpUrl: values.SMTP_URL ?? null,
    mailFrom: values.MAIL_FROM ?? `Tickmark <no-reply@${values.PUBLIC_URL ? new URL(values.PUBLIC_URL).hostname : 'tickmark.example'}>`,
    trustedProxies: values.TRUSTED_PROXIES,
    maxUploadBytes: values.MAX_UPLOAD_BYTES,
    // A demo's terminal is for its address; a server's log is for whoever runs it.
    logLevel: values.LOG_LEVEL ?? (demo ? 'warn' : 'info'),
  }
}

/** Reads what `npm run migrate` needs. */
export function readMigrateConfig(environment: Environment): MigrateConfig {
  const schema = z.object({
    OWNER_DATABASE_URL: postgresUrl,
    QUEUE_DATABASE_URL: postgresUrl,
  })
  const values = parse(schema, environment)
  return { ownerUrl: values.OWNER_DATABASE_URL, queueUrl: values.QUEUE_DATABASE_URL }
}

/** Reads what `npm run invite` needs. */
export function readInviteConfig(environment: Environment): InviteConfig {
  const schema = z.object({
    OWNER_DATABASE_URL: postgresUrl,
    PUBLIC_URL: variables.shape.PUBLIC_URL.unwrap(),
  })
  const values = parse(schema, environment)
  return { ownerUrl: values.OWNER_DATABASE_URL, publicUrl: new URL(values.PUBLIC_URL) }
}

/** The environment of this process; the only place that reads it. */
export function processEnvironment(): Environment {
  return process.env
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(host)
}

function parse<T>(schema: z.ZodType<T>, environment: Environment): T {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
  const result = schema.safeParse(present)
  if (result.success) return result.data
  throw new BadConfig(result.error.issues.map((issue) => {
    const name = issue.path.join('.')
    return present[name] === undefined ? `${name} is missing` : `${name} ${issue.message}`
  }))
}

function demoProblems(host: string): string[] {
  if (isLoopback(host)) return []
  return [`HOST is ${host}: without DATABASE_URL the program runs as a demo that anyone may enter, so it listens on this machine only (HOST=127.0.0.1). Set DATABASE_URL to run it for real`]
}

function productionProblems(values: z.infer<typeof variables>): string[] {
  const problems: string[] = []
  for (const name of ['QUEUE_DATABASE_URL', 'PUBLIC_URL', 'SECRET', 'SMTP_URL'] as const) {
    if (values[name] === undefined) problems.push(`${name} is missing: it is required with DATABASE_URL`)
  }
  if (values.SECRET !== undefined && isWeak(values.SECRET)) {
    problems.push('SECRET is weak: it needs at least 32 characters that nobody could guess, for example from "openssl rand -base64 32"')
  }
  for (const name of ['PUBLIC_URL', 'FILES_URL'] as const) {
    if (values[name] === undefined) continue
    const url = new URL(values[name])
    if (url.protocol === 'http:' && !isLoopback(url.hostname)) problems.push(`${name} must be https: sessions and answer links would travel in the clear`)
    if (url.pathname !== '/' || url.search || url.hash) problems.push(`${name} must be an origin without a path`)
  }
  if (values.FILES_URL && values.PUBLIC_URL && new URL(values.FILES_URL).hostname === new URL(values.PUBLIC_URL).hostname) {
    problems.push('FILES_URL must have another host than PUBLIC_URL: browsers share cookies between the ports of a host')
  }
  return problems
}

function isWeak(secret: string): boolean {
  return secret.length < 32 || new Set(secret).size < 12
}

function isAddressRange(text: string): boolean {
  const [address = '', bits] = text.split('/')
  const family = isIP(address)
  if (family === 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}
