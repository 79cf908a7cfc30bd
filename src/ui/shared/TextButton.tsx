/** A quiet action in words, for section heads and sentences. */
import type { ComponentProps } from 'react';
import styles from './shared.module.css';

export function TextButton({ className, ...rest }: ComponentProps<'button'>) {
  return <button type="button" {...rest} className={`${styles['textButton']} ${className ?? ''}`} />;
}
