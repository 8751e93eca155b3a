// A reporter for vitest that only counts, and leaves "PASSED FAILED" in the file that COUNTERSIGN_COUNTS names.

import { writeFileSync } from 'node:fs'

export default class CountReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env['COUNTERSIGN_COUNTS']
    if (file === undefined) return
    let [passed, failed] = [0, unhandledErrors.length]
    for (const module of modules) {
      const tests = [...module.children.allTests()].map((test) => test.result().state)
      passed += tests.filter((state) => state === 'passed').length
      const broken = tests.filter((state) => state === 'failed').length
      // A file that cannot be loaded, or whose hooks fail, may have no test that failed: it counts as one.
      failed += broken === 0 && module.state() === 'failed' ? 1 : broken
    }
    writeFileSync(file, `${passed} ${failed}`)
  }
}
