import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** One of the demo's people, as the page that offers them says it. */
export type DemoPerson = z.infer<typeof personFile>

/** How far the demo's loading is: `step` of `of` steps, 0 before the first. */
export type Progress = z.infer<typeof progressFile>

/** A mail that would have been sent. `id` is what its address on this site says. */
export type StoredMail = z.infer<typeof mailFile> & { readonly id: string }

export const MAILS_PER_PAGE = 50

const personFile = z.object({
  personId: z.guid(), name: z.string(), title: z.string(), side: z.enum(['firm', 'client']), role: z.string(), organization: z.string(), note: z.string(),
})
const progressFile = z.object({ step: z.number().int().min(0), of: z.number().int().min(1), done: z.boolean() })
const mailFile = z.object({ to: z.object({ name: z.string(), address: z.string() }), subject: z.string(), text: z.string(), at: z.coerce.date() })
const mailName = /^(\d{4}-\d{2}-\d{2}T\d{6}\.\d{3}Z-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.json$/

/** The folder that the demo's mails are kept in. */
export function mailboxFolder(dataDir: string): string {
  return join(dataDir, 'mailbox')
}

/** How far the demo's loading is; null before it has begun. */
export async function readProgress(dataDir: string): Promise<Progress | null> {
  return await readJson(join(dataDir, 'demo.json'), progressFile)
}

/** The people one may sign in as; nobody before the demo is loaded. */
export async function readPeople(dataDir: string): Promise<DemoPerson[]> {
  return await readJson(join(dataDir, 'demo-people.json'), z.array(personFile)) ?? []
}

/** The mails, newest first, of one page (from 1); `search` keeps those whose recipient's address or name holds it. */
export async function listMails(dataDir: string, search: string, page: number): Promise<{ mails: StoredMail[], total: number }> {
  const ids = await mailIds(dataDir)
  const first = (page - 1) * MAILS_PER_PAGE
  if (search === '') return { mails: await readMails(dataDir, ids.slice(first, first + MAILS_PER_PAGE)), total: ids.length }
  const wanted = search.toLowerCase()
  const found = (await readMails(dataDir, ids)).filter(({ to }) => `${to.name} ${to.address}`.toLowerCase().includes(wanted))
  return { mails: found.slice(first, first + MAILS_PER_PAGE), total: found.length }
}

/** One mail, or null when there is none of that name. */
export async function findMail(dataDir: string, id: string): Promise<StoredMail | null> {
  if (!mailName.test(`${id}.json`)) return null
  const mail = await readJson(join(mailboxFolder(dataDir), `${id}.json`), mailFile)
  return mail && { ...mail, id }
}

async function mailIds(dataDir: string): Promise<string[]> {
  const names = await readdir(mailboxFolder(dataDir)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.flatMap((name) => mailName.exec(name)?.[1] ?? []).toSorted().toReversed()
}

async function readMails(dataDir: string, ids: readonly string[]): Promise<StoredMail[]> {
  const mails: StoredMail[] = []
  for (const id of ids) {
    const mail = await findMail(dataDir, id)
    if (mail) mails.push(mail)
  }
  return mails
}

/** The content of a file, or null when it is not there or not (yet) what it should be. */
async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
