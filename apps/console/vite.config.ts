/** Builds the console into `dist/`, which the control plane serves below `/console/`. */

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  // Assets stay files: the Content-Security-Policy allows no data: URLs for scripts, styles and fonts.
  build: { target: 'es2023', assetsInlineLimit: 0, manifest: true, sourcemap: false },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(
      ['/api', '/sign-in', '/sign-out', '/account', '/assets'].map((path) => [path, 'http://localhost:7080']),
    ),
  },
});
