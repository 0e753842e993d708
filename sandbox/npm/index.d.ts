/**
 * Where the program `uppzy-sandbox` is, for this platform. `Sandbox.start()` of `uppzy/testing` finds it
 * by itself; `uppzy-sandbox --help` lists its options.
 *
 * Loading this module throws an error with the code `UPPZY_SANDBOX_PROGRAM`, which names the package that
 * is missing, where there is no program for the platform.
 */
export declare const path: string;
