/** The days on which a control was the client's, within the period: null where it was from the beginning or to the end. */
export type Span = { readonly effectiveFrom: string | null, readonly effectiveTo: string | null }

/** A control as its neighbours in time see it; `replaces` is the number of the one it took the place of. */
export type Spanned = Span & { readonly number: string, readonly replaces: string | null }

/** The engagement's period; both null for a Type 1, which looks at one date. */
export type Period = { readonly periodStart: string | null, readonly periodEnd: string | null }

export type SpanField = 'effectiveFrom' | 'effectiveTo' | 'replaces'

/**
 * What is wrong with the days of one control among all of them (itself may be there too), field by field: days lie within
 * the period, and a control replaced within it ends before the one that replaces it begins. Dates are ISO days.
 */
export function spanProblems(control: Spanned, all: readonly Spanned[], period: Period): Partial<Record<SpanField, string>> {
  const others = all.filter(({ number }) => number !== control.number)
  return { ...daysProblems(control, period), ...replacedProblems(control, others), ...successorProblems(control, others) }
}

function daysProblems({ effectiveFrom: from, effectiveTo: to, replaces }: Spanned, { periodStart, periodEnd }: Period): Partial<Record<SpanField, string>> {
  if (periodStart === null || periodEnd === null) {
    const words = 'A Type 1 examination looks at one date, so its controls have no days of their own.'
    return from !== null ? { effectiveFrom: words } : to !== null ? { effectiveTo: words } : replaces !== null ? { replaces: words } : {}
  }
  const outside = (day: string | null) => day !== null && (day < periodStart || day > periodEnd)
  const words = `The day lies within the period, ${periodStart} to ${periodEnd}. Leave it empty where the control was there all along.`
  return {
    ...outside(from) ? { effectiveFrom: words } : {},
    ...outside(to) ? { effectiveTo: words } : from !== null && to !== null && to < from ? { effectiveTo: 'The last day comes before the first.' } : {},
  }
}

function replacedProblems({ number, effectiveFrom: from, replaces }: Spanned, others: readonly Spanned[]): Partial<Record<SpanField, string>> {
  if (replaces === null) return {}
  if (replaces === number) return { replaces: 'A control does not replace itself.' }
  const before = others.find((other) => other.number === replaces)
  if (!before) return { replaces: `There is no control ${replaces} here.` }
  const rival = others.find((other) => other.replaces === replaces)
  if (rival) return { replaces: `${rival.number} replaces ${replaces} already.` }
  if (from === null) return { effectiveFrom: `Say from which day it replaces ${replaces}.` }
  if (before.effectiveTo === null) return { replaces: `${replaces} has no last day yet. Give it one before ${from}.` }
  return before.effectiveTo < from ? {} : { effectiveFrom: `${replaces} ends on ${before.effectiveTo}, so ${number || 'this control'} begins after that day.` }
}

function successorProblems({ number, effectiveTo: to }: Spanned, others: readonly Spanned[]): Partial<Record<SpanField, string>> {
  const after = others.find(({ replaces }) => replaces === number && number !== '')
  if (!after) return {}
  if (to === null) return { effectiveTo: `${after.number} replaces it, so it has a last day.` }
  return after.effectiveFrom !== null && to < after.effectiveFrom ? {} : { effectiveTo: `${after.number} replaces it from ${after.effectiveFrom ?? 'an open day'}, so it ends before that day.` }
}
