import { type ComponentChildren, createContext } from 'preact'
import { useContext } from 'preact/hooks'

/** True for the moment in which no button may work, since another page stood under the pointer just now. */
export const Resting = createContext(false)

export type ButtonProps = {
  children: ComponentChildren
  onPress?: () => void
  look?: 'plain' | 'primary' | 'danger'
  size?: 'usual' | 'small' | 'wide'
  type?: 'button' | 'submit'
  disabled?: boolean
  busy?: boolean
  describedBy?: string
  /** The whole name, where the same word stands on several; it begins with that word. */
  label?: string
}

export const Button = ({
  children,
  onPress,
  look = 'plain',
  size = 'usual',
  type = 'button',
  ...more
}: ButtonProps) => {
  const resting = useContext(Resting)
  return (
    <button
      type={type}
      class={`button ${look} ${size}`}
      disabled={resting || more.disabled === true || more.busy === true}
      aria-busy={more.busy === true ? 'true' : undefined}
      aria-describedby={more.describedBy}
      aria-label={more.label}
      onClick={onPress}
    >
      {children}
    </button>
  )
}
