/** Node's list of what it has loaded, in order: `NativeModule fs`, `Internal Binding os`, ... It only grows. Empty where Node does not show it. */
export const loadedParts: readonly string[] =
  (process as unknown as { readonly moduleLoadList?: readonly string[] }).moduleLoadList ?? [];
