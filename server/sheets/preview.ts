import type { IconName } from '../web/icons.ts'
import { countMarks, type Difference, type Marks, type RowMark } from './marks.ts'

/** A row of a preview; `told` is what else a new row says, in words of the page. */
export type PreviewLine = { readonly row: number, readonly name: string, readonly title: string, readonly told: string, readonly differences: readonly Difference[], readonly why: readonly string[] }

export type PreviewGroup = { readonly id: Marks, readonly word: string, readonly tone: string, readonly icon: IconName, readonly lines: readonly PreviewLine[], readonly more: number }

export type Preview = {
  readonly counts: readonly { readonly count: number, readonly word: string, readonly icon: IconName, readonly href: string, readonly current: boolean }[]
  readonly total: { readonly count: number, readonly word: string, readonly href: string, readonly current: boolean }
  readonly groups: readonly PreviewGroup[]
  readonly wrong: number
  /** Null where nothing can be taken over. */
  readonly button: string | null
}

const markWords: Readonly<Record<Marks, { word: string, tone: string, icon: IconName }>> = {
  wrong: { word: 'Wrong', tone: 'red', icon: 'exception' },
  new: { word: 'New', tone: 'blue', icon: 'add' },
  changed: { word: 'Changed', tone: 'amber', icon: 'edit' },
  same: { word: 'Same', tone: 'grey', icon: 'tie' },
}
const MOST_SHOWN = 500

/** Every row with what it would do, the wrong ones first. `tell` says what else is to be known of a row. */
export function previewOf(marks: readonly RowMark[], tell: (place: number) => string = () => ''): Preview {
  const counts = countMarks(marks)
  const kept = (Object.keys(markWords) as Marks[]).filter((mark) => counts[mark] > 0)
  return {
    counts: kept.map((mark) => ({ count: counts[mark], word: markWords[mark].word, icon: markWords[mark].icon, href: `#${mark}`, current: false })),
    total: { count: marks.length, word: 'Rows', href: '#rows', current: false },
    groups: kept.map((mark) => {
      const lines = marks.map((row, place) => ({ row, place })).filter(({ row }) => row.mark === mark)
      return { id: mark, ...markWords[mark], lines: lines.slice(0, MOST_SHOWN).map(({ row, place }) => lineOf(row, tell(place))), more: Math.max(0, lines.length - MOST_SHOWN) }
    }),
    wrong: counts.wrong,
    button: counts.wrong > 0 || counts.new + counts.changed === 0 ? null : `Import: ${[...counts.new > 0 ? [`${counts.new} new`] : [], ...counts.changed > 0 ? [`${counts.changed} changed`] : []].join(', ')}`,
  }
}

function lineOf(row: RowMark, told: string): PreviewLine {
  return { row: row.row, name: row.name, title: row.title, told: row.mark === 'new' ? told : '', differences: row.mark === 'changed' ? row.differences : [], why: row.mark === 'wrong' ? row.why : [] }
}
