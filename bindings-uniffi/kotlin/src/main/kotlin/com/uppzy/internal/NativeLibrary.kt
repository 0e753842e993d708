package com.uppzy.internal

import com.sun.jna.CallbackThreadInitializer
import com.sun.jna.Native
import com.sun.jna.Platform
import com.uppzy.internal.generated.uniffiEnsureInitialized
import com.uppzy.internal.generated.uniffiRustFutureContinuationCallbackImpl

/** The library that holds the client: found and loaded once. */
internal object NativeLibrary {
    /** A program that brings its own names the file here. */
    private const val OVERRIDE = "uniffi.component.uppzy_uniffi.libraryOverride"

    private val loaded: Unit by lazy {
        if (System.getProperty(OVERRIDE) == null) {
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
        val resource = "/com/uppzy/natives/${Platform.RESOURCE_PREFIX}/$name"
        val ours = NativeLibrary::class.java
        if (ours.getResource(resource) == null) {
            return "uppzy_uniffi"
        }
        return Native.extractFromResourcePath(resource, ours.classLoader).absolutePath
    }
}
