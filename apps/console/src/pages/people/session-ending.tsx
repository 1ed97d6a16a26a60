/** The question before somebody's session on a machine ends, wherever it is asked. */

import { type ReactNode, useState } from 'react';
import { peopleTexts } from '#texts/people.ts';
import { type MachineSession, useEndMachineSession } from '../../api/machine-sessions.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';

const words = peopleTexts.sessions.ending;

export function useSessionEnding(): {
  readonly ask: (session: MachineSession) => void;
  readonly dialog: ReactNode;
} {
  const [session, setSession] = useState<MachineSession>();
  const end = useEndMachineSession();
  const close = () => {
    setSession(undefined);
    end.reset();
  };
  return {
    ask: setSession,
    dialog:
      session === undefined ? null : (
        <ConfirmDialog
          title={words.title(session.machine.name)}
          effect={words.text(session.person.name)}
          action={words.action}
          isBusy={end.isPending}
          error={end.error}
          onConfirm={() => end.mutate(session.id, { onSuccess: close })}
          onClose={close}
        />
      ),
  };
}
