import type { LineFacts, Procedure, ReadEngagement, ReadException, Sentence } from './reading.ts'
import { tie, write, writeDay } from './sentence.ts'

const verbs = { inquiry: 'Inquired of', observation: 'Observed', inspection: 'Inspected', reperformance: 'Reperformed' }

/**
 * Tests performed: each procedure begins with its verb. Where the text says `{sample}`, the counted selection stands
 * ('10 of 31 leavers'); where none does, it follows the first procedure that is more than an inquiry.
 */
export function testsPerformed(line: LineFacts): Sentence[] {
  const selection = describeSelection(line)
  const placed = line.procedures.some(({ text }) => text.includes('{sample}'))
  const carrier = placed ? undefined : line.procedures.find(({ nature }) => nature !== 'inquiry')
  return line.procedures.map((procedure) => {
    const text = withVerb(procedure)
    const at = text.indexOf('{sample}')
    if (at >= 0) {
      const before = text.slice(0, at)
      const after = text.slice(at + '{sample}'.length).replaceAll('{sample}', `the same ${line.itemNoun}`)
      return selection ? write`${before}${selection}${after}.` : write`${before}${line.itemNoun}${after}.`
    }
    if (procedure === carrier && selection) return write`${text} for ${selection}.`
    return write`${text}.`
  })
}

/** Results of tests, generated from the counts of the line: the sentences of domain section 7 in our own wording. */
export function resultsOfTests(line: LineFacts, engagement: Pick<ReadEngagement, 'from' | 'to'>): Sentence[] {
  const { counts } = line
  if (line.noOccurrence) return [noOccurrence(line.noOccurrence, engagement)]
  if (counts.cells === 0) return [write`Not tested yet.`]
  const results: Sentence[] = []
  if (counts.deviatingItems > 0) results.push(exceptionNoted(line))
  if (counts.pendingItems > 0) {
    results.push(write`Testing in progress: results are pending for ${tie(counts.pendingItems, 'items with a pending result')} of ${selected(line)}.`)
  }
  return results.length > 0 ? results : [write`No exceptions noted.`]
}

/** What a carved-out organization's part of a criterion reads like. */
export function carvedOut(organizations: readonly string[]): string {
  return `Met in part through controls expected of ${organizations.join(' and ')}; not tested here.`
}

function describeSelection({ counts, draw, population, itemNoun, wholePopulation }: LineFacts): Sentence | null {
  if (counts.items === 0 || (!draw && !population)) return null
  if (wholePopulation) return write`all ${tie(counts.items, 'items tested')} ${itemNoun}`
  const size = tie(draw?.populationSize ?? population?.size ?? counts.items, 'items in the population')
  if (!counts.parts) return write`${tie(counts.items, 'items tested')} of ${size} ${itemNoun}`
  const { first, further } = counts.parts
  return write`${tie(first.items, 'items first selected')} of ${size} ${itemNoun} and a further ${tie(further.items, 'items selected in addition')}`
}

function withVerb({ nature, text }: Procedure): string {
  const clause = text.trim().replace(/\.$/, '')
  if (clause.toLowerCase().startsWith(verbs[nature].toLowerCase())) return clause[0]!.toUpperCase() + clause.slice(1)
  return `${verbs[nature]} ${clause}`
}

function noOccurrence({ event, procedure }: { event: string, procedure: string }, { from, to }: Pick<ReadEngagement, 'from' | 'to'>): Sentence {
  const span = from && to ? ` from ${writeDay(from)} to ${writeDay(to)}` : ''
  return write`Not tested. No ${event} took place${span}, as corroborated by ${procedure}; the control therefore had no occasion to operate.`
}

function exceptionNoted(line: LineFacts): Sentence {
  const { counts, itemNoun } = line
  const problem = describeProblem(line)
  const affected = tie(counts.deviatingItems, 'deviating items')
  const span = line.exceptions.find(({ state }) => state !== 'cleared')?.span
  if (span) return write`Exception noted. From ${writeDay(span.from)} to ${writeDay(span.to)}, ${problem}.`
  const rates = attributeRates(line)
  if (counts.parts) {
    const { first, further } = counts.parts
    const second = tie(further.items, 'items selected in addition')
    const alsoAffected = tie(further.deviatingItems, 'deviating items among those selected in addition')
    if (first.deviatingItems === 0) {
      return write`Exception noted. The first ${tie(first.items, 'items first selected')} ${itemNoun} selected showed none; for ${alsoAffected} of a further ${second} selected, ${problem}.${rates}`
    }
    const tail = further.deviatingItems === 0 ? write`none deviated` : write`of these, ${alsoAffected} also deviated`
    const were = further.items === 1 ? 'was' : 'were'
    return write`Exception noted. For ${tie(first.deviatingItems, 'deviating items among those first selected')} of the first ${tie(first.items, 'items first selected')} ${itemNoun} selected, ${problem}. A further ${second} ${were} selected; ${tail}.${rates}`
  }
  if (line.wholePopulation) {
    return write`Exception noted. All ${tie(counts.items, 'items tested')} ${itemNoun} in the period were tested; for ${affected} of them, ${problem}.${rates}`
  }
  return write`Exception noted. For ${affected} of ${selected(line)}, ${problem}.${rates}`
}

function selected({ counts, itemNoun, wholePopulation }: LineFacts): Sentence {
  return wholePopulation ? write`${tie(counts.items, 'items tested')} ${itemNoun}` : write`${tie(counts.items, 'items tested')} ${itemNoun} selected`
}

function describeProblem(line: LineFacts): string {
  const exception = line.exceptions.find(({ state }) => state !== 'cleared')
  if (!exception) return 'the deviation has not been described yet'
  return (exception.late && writeLateness(line, exception.late)) ?? cleanClause(exception.problem)
}

// Days late are facts of the deviating cells, so the range comes from them; one cell without the fact makes it unusable.
function writeLateness(line: LineFacts, { action, unit }: NonNullable<ReadException['late']>): string | null {
  const days = line.cells.filter(({ result }) => result === 'deviation').map(({ daysLate }) => daysLate)
  if (days.length === 0 || days.some((one) => one === null)) return null
  const [least, most] = [Math.min(...days as number[]), Math.max(...days as number[])]
  const span = least === most ? `${least}` : `${least} to ${most}`
  return `${cleanClause(action)} ${span} ${most === 1 ? unit.replace(/s$/, '') : unit} after the limit stated in the control`
}

function cleanClause(clause: string): string {
  const clean = clause.trim().replace(/\.+$/, '')
  return clean === '' ? 'the deviation has not been described yet' : clean
}

// Said when the deviating items alone would hide which attribute, or out of how many it applied to.
function attributeRates({ counts }: LineFacts): Sentence {
  const deviating = counts.perAttribute.filter(({ deviations }) => deviations > 0)
  const plain = deviating.length === 1 && deviating[0]!.applicable === counts.items
  if (plain || counts.perAttribute.length === 1 && deviating[0]?.notApplicable === 0) return write``
  const rates = deviating.map(({ attribute, applicable, deviations }) =>
    write`${attribute} ${tie(deviations, `deviations from attribute ${attribute}`)} of ${tie(applicable, `items to which attribute ${attribute} applied`)}`)
  return write` By attribute: ${rates.reduce((all, one) => write`${all}, ${one}`)}.`
}
