/** A text that counts once it is left or confirmed, not at every key: half a name would find nothing. */

import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';

export function SettledInput({
  label,
  placeholder,
  value,
  type = 'text',
  onChange,
}: {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly type?: 'text' | 'date';
  readonly onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const settle = () => {
    if (text.trim() !== value) onChange(text.trim());
  };
  return (
    <TextInput
      label={label}
      placeholder={placeholder ?? ''}
      type={type}
      {...(type === 'date' ? { w: 140 } : {})}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={settle}
      onKeyDown={({ key }) => {
        if (key === 'Enter') settle();
      }}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
