/** Where a test stands on its way to being signed, in this order. */
export const columns = {
  no_items: 'No items',
  testing: 'In testing',
  to_conclude: 'Ready to conclude',
  to_prepare: 'For the preparer’s signature',
  to_review: 'For review',
  to_partner: 'For the partner',
  notes: 'Notes open',
  signed: 'Signed',
} as const

export type Column = keyof typeof columns

/** What one query tells of a line. */
export type Card = {
  readonly noOccurrence: boolean
  readonly items: number
  /** Cells there are to fill, and those filled with a result whose evidence still stands. */
  readonly cells: number
  readonly done: number
  readonly concluded: boolean
  readonly notes: number
  readonly prepared: boolean
  readonly reviewed: boolean
  readonly partner: boolean
  readonly significant: boolean
}

/** The column a line stands in; a note that is not cleared comes before everything else once there is something to sign. */
export function columnOf(card: Card): Column {
  if (card.notes > 0) return 'notes'
  if (!card.noOccurrence && (card.items === 0 || card.cells === 0)) return 'no_items'
  if (!card.noOccurrence && card.done < card.cells) return 'testing'
  if (!card.concluded) return 'to_conclude'
  if (!card.prepared) return 'to_prepare'
  if (!card.reviewed) return 'to_review'
  return card.significant && !card.partner ? 'to_partner' : 'signed'
}
