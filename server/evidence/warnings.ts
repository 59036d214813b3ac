import type { WarningCode } from '../database/schema/evidence.ts'
import { displayName } from '../files/names.ts'
import { dateFinding, type AskedTime } from './capture-dates.ts'
import { findingsOf, type FileFinding } from './findings.ts'
import type { Answer } from './rules.ts'
import type { FileRow } from './store.ts'

/** A word with which an owner lets a warning stand; `sha256` of the file it concerns, '' for the whole answer. */
export type Why = { readonly code: WarningCode, readonly sha256: string, readonly words: string }

/** Something to look at again before an answer goes. `subject`: name of the file; `words`: why it may stand, '' until that is said. */
export type Warning = Why & { readonly subject: string | null, readonly head: string, readonly text: string }

type WarnedFile = Pick<FileRow, 'id' | 'name' | 'kind' | 'width' | 'lines' | 'warnings' | 'sha256' | 'item_id' | 'taken_from'>

export type Prepared = {
  readonly asked: AskedTime
  readonly answer: Answer
  readonly checklist: readonly string[]
  readonly files: readonly WarnedFile[]
  /** Version that was returned, by the SHA-256 of each file in it. */
  readonly returned: ReadonlyMap<string, number>
  /** Newest words first. */
  readonly whys: readonly Why[]
}

/** The name of the form's field for the word on a warning. */
export function whyField({ code, sha256 }: Pick<Why, 'code' | 'sha256'>): string {
  return sha256 === '' ? `why-${code}` : `why-${code}-${sha256}`
}

/** The words on warnings that a form holds. */
export function readWhys(body: Readonly<Record<string, unknown>>): Why[] {
  return Object.entries(body).flatMap(([name, typed]) => {
    const [, code, sha256 = ''] = /^why-(narrow|cut_off|same_bytes|dates|unticked)(?:-([0-9a-f]{64}))?$/.exec(name) ?? []
    const words = typeof typed === 'string' ? typed.replaceAll('\0', '').trim().slice(0, 2000) : ''
    return code === undefined || words === '' ? [] : [{ code: code as WarningCode, sha256, words }]
  })
}

/** Everything to look at again in an answer; nothing where something is proposed instead of evidence. */
export function warningsOf(prepared: Prepared): Warning[] {
  const { asked, answer, checklist, files, whys } = prepared
  if (answer.proposal) return []
  const wordsOn = (code: WarningCode, sha256: string) => whys.find((why) => why.code === code && why.sha256 === sha256)?.words ?? ''
  const warnings = files.flatMap((file) => fileFindings(prepared, file).flatMap(({ code, head, text }): Warning[] =>
    code === null ? [] : [{ code, sha256: file.sha256, subject: displayName(file.name), head, text, words: wordsOn(code, file.sha256) }]))
  const once = warnings.filter((warning, index) => warnings.findIndex((other) => whyField(other) === whyField(warning)) === index)
  const open = checklist.filter((_text, index) => !answer.ticked.includes(index + 1))
  if (open.length > 0) once.push({ code: 'unticked', sha256: '', subject: null, head: `Not ticked: ${open.join('; ')}.`, text: '', words: wordsOn('unticked', '') })
  const date = files.length > 0 ? dateFinding(asked, answer) : null
  if (date) once.push({ code: 'dates', sha256: '', subject: null, ...date, words: wordsOn('dates', '') })
  return once
}

/** What is to be said of one file of the answer, with where its bytes were before. */
export function fileFindings({ files, returned }: Pick<Prepared, 'files' | 'returned'>, file: WarnedFile): FileFinding[] {
  const version = file.taken_from === null ? returned.get(file.sha256) : undefined
  const elsewhere = files.some((other) => other.id !== file.id && other.sha256 === file.sha256)
  const same = version !== undefined ? `The very same file was in version ${version}, which was sent back.` : elsewhere ? 'The very same file stands at another item too.' : null
  return findingsOf(file, same)
}

/** One sentence for each warning that nothing was said on, by the field that takes the word. */
export function unansweredOf(warnings: readonly Warning[]): Record<string, string> {
  return Object.fromEntries(warnings.filter(({ words }) => words === '').map((warning) => warning.code === 'unticked'
    ? ['tick', `Tick each point once your answer shows it, or say below what it cannot show. ${warning.head}`]
    : [whyField(warning), `${warning.subject === null ? '' : `${warning.subject}: `}${warning.head} Replace it, or say in a few words why it may stand.`]))
}
