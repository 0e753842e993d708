package com.uppzy.internal

import com.sun.jna.Native
import com.sun.jna.Platform
import com.uppzy.internal.generated.uniffiEnsureInitialized

/** The library that holds the client: found and loaded once. */
internal object NativeLibrary {
    /** A program that brings its own names the file here. */
    private const val OVERRIDE = "uniffi.component.uppzy_uniffi.libraryOverride"

    private val loaded: String by lazy {
        val name = System.getProperty(OVERRIDE) ?: located().also { System.setProperty(OVERRIDE, it) }
        uniffiEnsureInitialized()
        name
    }

    fun load() {
        loaded
    }

    /** What it was loaded by. */
    fun name(): String = loaded

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
