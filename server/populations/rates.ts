const hair = 1e-9

/** A fraction as a percentage as it was entered: 0.025 is '2.5 %'. */
export function percent(rate: number): string {
  return `${percentTyped(rate)} %`
}

/** The same without its sign, as a field shows it. */
export function percentTyped(rate: number): string {
  return String(Number((rate * 100).toFixed(4)))
}

/** A deviation rate to the nearest tenth of a point: '2.5 %'. */
export function ratePercent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`
}

/** An upper limit, never printed lower than it is: up to the next tenth of a point (AICPA Audit Sampling, tables ). */
export function limitPercent(limit: number): string {
  return `${(Math.ceil(limit * 1000 - hair) / 10).toFixed(1)} %`
}
