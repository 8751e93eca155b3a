import { runVectors } from '@countersign/shared/channel/vectors'

// Nothing else is in this extension: what the vectors need has to be in a service worker by itself.
Object.assign(globalThis, { vectors: runVectors() })
