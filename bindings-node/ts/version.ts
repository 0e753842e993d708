/** The version of this package, of its native library, and of the packages in other languages. */
export const VERSION = "0.1.0";
