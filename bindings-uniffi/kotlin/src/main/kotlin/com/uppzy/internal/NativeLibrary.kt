package com.uppzy.internal

import com.sun.jna.CallbackThreadInitializer
import com.sun.jna.Native
import com.uppzy.internal.generated.uniffiEnsureInitialized
import com.uppzy.internal.generated.uniffiRustFutureContinuationCallbackImpl

/** The library that holds the client: found and loaded once. */
internal object NativeLibrary {
    /** A program that brings its own names the file here. */
    private const val OVERRIDE = "uniffi.component.uppzy_uniffi.libraryOverride"

    private val loaded: Unit by lazy {
        if (System.getProperty(OVERRIDE) == null) {
            // JNA looks for com/uppzy/natives/<platform> in the jar by the class loader of this class,
            // and for the file that Android has unpacked.
            System.setProperty(OVERRIDE, located())
        }
        uniffiEnsureInitialized()
        // The one thread that calls back is made known to the virtual machine once, not for each call.
        Native.setCallbackThreadInitializer(
            uniffiRustFutureContinuationCallbackImpl,
            CallbackThreadInitializer(true, false, "uppzy"),
        )
    }

    fun load() {
        loaded
    }

    /** The path of the library, unpacked from the jar; its plain name where there is none in it. */
    private fun located(): String {
        val name = System.mapLibraryName("uppzy_uniffi")
        val resource = "/com/uppzy/natives/${com.sun.jna.Platform.RESOURCE_PREFIX}/$name"
        val found = NativeLibrary::class.java.getResource(resource) ?: return "uppzy_uniffi"
        return Native.extractFromResourcePath(found.path.substringAfter('!'), NativeLibrary::class.java.classLoader)
            .absolutePath
    }
}
