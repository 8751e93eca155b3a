import { CountersignError } from '@countersign/shared/errors'

/** Where a launched program finds the path of its file, unless told otherwise. */
export const usualSessionVariable = 'COUNTERSIGN_SESSION'

/**
 * Throws `invalid_arguments` for what is no name of a variable, and for one that steers programs rather than being read by them: a shell
 * that was told to start with that file would print its values as errors.
 */
export const requireSessionVariable = (name: string): void => {
  const next = `Take a name such as ${usualSessionVariable} or STORAGE_STATE.`
  const refuse = (message: string) => {
    throw new CountersignError('invalid_arguments', { message, next })
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(name)) refuse('That is no name of a variable.')
  if (name !== usualSessionVariable && steering.test(name)) refuse(`${name} has a meaning of its own.`)
}

const steering =
  /^(PATH|HOME|USER|SHELL|PWD|OLDPWD|IFS|ENV|BASH_ENV|BASHOPTS|SHELLOPTS|PS[0-4]|PROMPT_COMMAND|TMPDIR|(LD|DYLD|NODE|PYTHON|PERL5?|RUBY|JAVA|GIT|SSH|XDG|COUNTERSIGN)_.*|PYTHON.*|PERL5.*|RUBYOPT|JDK_JAVA_OPTIONS|CLASSPATH)$/i
