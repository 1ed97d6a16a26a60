/** The console as a whole: look, cache, router. */

import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { createQueryClient } from './api/queries.ts';
import { later } from './pieces/later.tsx';
import { createConsoleRouter } from './router.tsx';
import { styleNonce } from './theme/style-nonce.ts';
import { theme } from './theme/theme.ts';

const Notices = later(async () => (await import('./shell/notices.tsx')).Notices);

export function Console() {
  const [queries] = useState(createQueryClient);
  const [router] = useState(() => createConsoleRouter(queries));
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <QueryClientProvider client={queries}>
        <Notices />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
