/** Plain, but it is in screenshots: readable in light and in dark, and never to be taken for the real site. */
export const style = `
  :root { color-scheme: light dark; --ground: #f6f7f5; --card: #fff; --ink: #1c2321; --soft: #5c6864; --line: #dfe4e1; --mark: #2f6b52; --on-mark: #fff }
  @media (prefers-color-scheme: dark) {
    :root { --ground: #131716; --card: #1c2220; --ink: #e8edeb; --soft: #9aa7a2; --line: #2d3633; --mark: #7fc7a6; --on-mark: #10201a }
  }
  * { box-sizing: border-box }
  body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
  header { display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap; padding: .75rem 2rem; background: var(--mark); color: var(--on-mark) }
  header span { font-size: .875rem; opacity: .85 }
  main { max-width: 46rem; margin: 2.5rem auto; padding: 0 2rem }
  h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 1rem }
  h2 { font-size: 1.05rem; margin: 0 0 .25rem }
  ul { list-style: none; margin: 0 0 1.5rem; padding: 0 }
  .card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; margin: 0 0 .75rem }
  .card p, .who span { margin: 0; color: var(--soft) }
  .who { margin: 0 0 1.5rem }
  a { color: var(--mark) }
  form { display: grid; gap: .5rem; max-width: 22rem }
  input, button { font: inherit; padding: .5rem .75rem; border-radius: .5rem; border: 1px solid var(--line); background: var(--ground); color: var(--ink) }
  button { background: var(--mark); border-color: var(--mark); color: var(--on-mark); font-weight: 600; margin-top: .5rem }
  [role=alert] { color: #b3402f }
`
