/** What the marks in grids and exports stand for; one legend for every engagement. */
export const legend = [
  { symbol: '✓', meaning: 'Agreed to the evidence cited, no deviation' },
  { symbol: '✗', meaning: 'Deviation; see the exception of the test' },
  { symbol: 'N/A', meaning: 'The attribute does not apply to the item, for the reason noted' },
  { symbol: 'PBC', meaning: 'Prepared by the client' },
] as const
