/** P(X <= k) of the binomial. */
export function binomialTail(k: number, n: number, rate: number): number {
  if (k >= n || rate <= 0) return 1
  if (rate >= 1) return 0
  const lead = logChoose(n, k) + k * Math.log(rate) + (n - k) * Math.log1p(-rate)
  const odds = rate / (1 - rate)
  const up = (index: number): number => ((n - index) / (index + 1)) * odds
  return sumFrom(lead, k, 0, n, up, k < n * rate)
}

/** P(X <= k) of the hypergeometric: n of `size` drawn, of which `deviating` deviate. */
export function hypergeometricTail(k: number, n: number, size: number, deviating: number): number {
  const least = Math.max(0, n - (size - deviating))
  const most = Math.min(n, deviating)
  if (k >= most) return 1
  if (k < least) return 0
  let lead = logChoose(n, k)
  for (let index = 0; index < k; index++) lead += Math.log((deviating - index) / (size - index))
  for (let index = 0; index < n - k; index++) lead += Math.log((size - deviating - index) / (size - k - index))
  const up = (index: number): number => ((deviating - index) * (n - index)) / ((index + 1) * (size - deviating - n + index + 1))
  return sumFrom(lead, k, least, most, up, k < (n * deviating) / size)
}

// The sum always runs away from the middle of the distribution, where its terms only shrink.
function sumFrom(lead: number, k: number, least: number, most: number, up: (index: number) => number, below: boolean): number {
  let term = 1
  let sum = below ? 1 : 0
  if (below) {
    for (let index = k; index > least && term > sum * 1e-18; index--) {
      term /= up(index - 1)
      sum += term
    }
    return Math.exp(lead) * sum
  }
  for (let index = k; index < most; index++) {
    term *= up(index)
    sum += term
    if (term < sum * 1e-18) break
  }
  return 1 - Math.exp(lead) * sum
}

function logChoose(from: number, taken: number): number {
  const count = Math.min(taken, from - taken)
  let log = 0
  for (let index = 0; index < count; index++) log += Math.log((from - index) / (index + 1))
  return log
}
