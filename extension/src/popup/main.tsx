import '../zod-without-eval.ts'
import { render } from 'preact'
import { App } from './app.tsx'
import { createWorker } from './worker.ts'

const surface = new URLSearchParams(location.search).get('surface') === 'window' ? 'window' : 'popup'
document.documentElement.dataset['surface'] = surface

const place = document.getElementById('app')
if (place !== null) render(<App worker={createWorker()} />, place)
