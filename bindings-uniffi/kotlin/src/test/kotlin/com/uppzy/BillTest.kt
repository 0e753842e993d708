package com.uppzy

import com.uppzy.scenarios.Fields
import com.uppzy.scenarios.fields
import com.uppzy.scenarios.json
import org.junit.jupiter.api.Test
import java.nio.file.Path
import java.util.jar.JarFile
import kotlin.test.assertEquals
import kotlin.test.assertTrue

/** The jar says, in CycloneDX's form, what the native library of each platform was linked from. */
class BillTest {
    private val jar = Path.of(System.getProperty("uppzy.build")).resolve("uppzy-${Uppzy.VERSION}.jar")

    @Test
    fun `the jar has a bill of materials for each native library`() {
        val names = JarFile(jar.toFile()).use { open -> open.stream().map { it.name }.toList() }
        val platforms = names.mapNotNull { LIBRARY.matchEntire(it)?.groupValues?.get(1) }
        assertTrue(platforms.isNotEmpty(), "$names")
        assertEquals(platforms.toSet(), names.mapNotNull { BILL.matchEntire(it)?.groupValues?.get(1) }.toSet())
        val linked = linked("uppzy-uniffi")
        for (platform in platforms) {
            val bill = bill(platform)
            assertEquals("CycloneDX" to "1.5", bill["bomFormat"] to bill["specVersion"])
            val whole = fields(fields(bill["metadata"])["component"])
            assertEquals("pkg:maven/com.uppzy/uppzy@${Uppzy.VERSION}", whole["purl"])
            assertEquals("uppzy" to Uppzy.VERSION, whole["name"] to whole["version"])
            assertEquals(linked, parts(bill).map { "${it["name"]} v${it["version"]}" }.toSet())
        }
        assertTrue(linked.any { it.startsWith("rustls v") }, "$linked")
    }

    @Test
    fun `every part has a name, a version, a licence and an address`() {
        val parts = parts(bill(com.sun.jna.Platform.RESOURCE_PREFIX))
        for (part in parts) {
            val version = (part["version"] as String).replace("+", "%2B")
            assertEquals("pkg:cargo/${part["name"]}@$version", part["purl"])
            val licence = fields((part["licenses"] as List<*>).single())["expression"] as String
            assertTrue(licence.isNotBlank() && '/' !in licence, "$part")
        }
        // Those of the project itself are from nowhere else.
        val ours = parts.filter { "hashes" !in it }.map { it["name"] }
        assertEquals(listOf("uppzy", "uppzy-boundary", "uppzy-uniffi"), ours.map(Any?::toString).sorted())
    }

    private fun bill(platform: String): Fields =
        JarFile(jar.toFile()).use { open ->
            val entry = open.getEntry("META-INF/sbom/uppzy-$platform.cdx.json")
            open.getInputStream(entry).use { fields(json.readValue(it, Map::class.java)) }
        }

    private fun parts(bill: Fields): List<Fields> = (bill["components"] as List<*>).map(::fields)

    /** The crates that are linked into one, itself included, each with its version. */
    private fun linked(crate: String): Set<String> {
        val question = listOf("cargo", "tree", "--locked", "--package", crate, "--edges", "normal")
        val asked = ProcessBuilder(question + listOf("--prefix", "none", "--format", "{p}"))
        val process = asked.redirectError(ProcessBuilder.Redirect.INHERIT).start()
        val lines =
            process.inputStream
                .bufferedReader()
                .readLines()
                .filter(String::isNotEmpty)
        assertEquals(0, process.waitFor())
        return lines.map { it.split(' ').take(2).joinToString(" ") }.toSet()
    }

    private companion object {
        val LIBRARY = Regex("com/uppzy/natives/([^/]+)/[^/]+")
        val BILL = Regex("META-INF/sbom/uppzy-(.+)\\.cdx\\.json")
    }
}
