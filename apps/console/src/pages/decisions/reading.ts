/** Whether somebody reads the list: the pointer or the focus is in it. What is read must not move. */

import { useState } from 'react';

export function useReading() {
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const handlers = {
    // A finger leaves no pointer behind.
    onPointerEnter: ({ pointerType }: React.PointerEvent) => setPointed(pointerType === 'mouse'),
    onPointerLeave: () => setPointed(false),
    onFocus: () => setFocused(true),
    onBlur: ({ currentTarget, relatedTarget }: React.FocusEvent) =>
      setFocused(relatedTarget instanceof Node && currentTarget.contains(relatedTarget)),
  };
  return { isReading: isPointed || isFocused, handlers };
}
