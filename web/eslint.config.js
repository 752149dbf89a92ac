import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['node_modules/', 'src/events.js'] },
  js.configs.recommended,
  {
    files: ['src/**/*.js'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: globals.browser },
    rules: {
      eqeqeq: ['error', 'smart'],
      'no-var': 'error',
      'prefer-const': 'error',
      // User text goes into the page as text nodes only.
      'no-restricted-properties': ['error', { property: 'innerHTML' }, { property: 'outerHTML' }, { property: 'insertAdjacentHTML' }],
    },
  },
  { files: ['*.mjs', '*.js'], languageOptions: { sourceType: 'module', globals: globals.node } },
];
