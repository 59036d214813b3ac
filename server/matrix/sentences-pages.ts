import { formState, type FormState } from '../web/form.ts'
import type { EngagementScope } from '../scope.ts'
import type { SentencePart } from '../database/schema/matrix.ts'
import { hrefOf } from './addresses.ts'
import type { Edited, ReadControl, ReadLine, Sentence } from './reading.ts'
import { join } from './sentence.ts'
import type { listSentences } from './sentences-store.ts'

type Version = { readonly version: number, readonly text: string | null, readonly by: string, readonly at: Date }

type PartView = {
  readonly part: SentencePart
  readonly word: string
  readonly form: FormState
  readonly version: number
  /** What is printed while nothing is written by hand. */
  readonly made: string
  readonly edited: boolean
  readonly disagreements: readonly string[]
  readonly versions: readonly Version[]
  /** Set when somebody else wrote a version while this one was typed. */
  readonly conflict: boolean
}

declare module '../web/view.ts' {
  interface Pages {
    'matrix/sentences': {
      base: string
      here: string
      zone: string
      reference: string
      testHref: string
      wording: string
      mayEdit: boolean
      parts: readonly PartView[]
    }
  }
}

/** What was typed into the form of one part, shown again because it could not be kept. */
export type Typed = { readonly part: SentencePart, readonly text: string }

/** Both texts of a line: what the cells make, what is printed, and every version of what was written by hand. */
export function sentencesPage(scope: EngagementScope, mayEdit: boolean, control: ReadControl, line: ReadLine, written: Awaited<ReturnType<typeof listSentences>>, typed: Typed | null = null) {
  const base = `/engagements/${scope.engagement.id}`
  const { reference, performed, results, edited } = line
  const view = (part: SentencePart, word: string, printed: readonly Sentence[], edit: Edited | null): PartView => {
    const versions = written.filter((one) => one.part === part).map(({ version, text, writer, written_at: at }) => ({ version, text, by: writer, at }))
    const own = typed?.part === part ? typed.text : null
    return {
      part, word, versions, version: versions[0]?.version ?? 0, made: edit ? edit.made : join(printed).text, edited: edit !== null,
      form: formState({ [`text-${part}`]: own ?? join(printed).text }), conflict: own !== null,
      disagreements: line.disagreements.filter((why) => why.startsWith(`${word}: `)).map((why) => why.slice(word.length + 2)),
    }
  }
  return {
    title: `Sentences of ${reference}`, tab: 'matrix' as const, frame: 'center' as const, base, here: hrefOf(base, 'matrix/sentences', reference), zone: scope.engagement.zone,
    reference, testHref: hrefOf(base, 'testing', reference), wording: control.wording, mayEdit,
    parts: [view('test', 'Tests performed', performed, edited.test), view('result', 'Results', results, edited.result)],
  }
}
