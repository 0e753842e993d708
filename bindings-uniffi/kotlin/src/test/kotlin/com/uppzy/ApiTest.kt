package com.uppzy

import org.junit.jupiter.api.Test
import java.lang.reflect.Executable
import java.lang.reflect.Field
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.invariantSeparatorsPathString
import kotlin.io.path.readLines
import kotlin.io.path.writeLines
import kotlin.metadata.Visibility
import kotlin.metadata.jvm.KotlinClassMetadata
import kotlin.metadata.jvm.signature
import kotlin.metadata.visibility
import kotlin.test.assertEquals
import kotlin.test.assertTrue

/**
 * What programs were compiled against must stay: every public member with the form that the virtual machine
 * knows it by. After a change that is meant, `-Duppzy.api=write` writes the committed file anew.
 */
class ApiTest {
    private val committed = Path.of("api", "uppzy.api")

    @Test
    fun `the public interface is the committed one`() {
        val found = publicApi()
        assertTrue(found.size > 500, "only ${found.size} members")
        assertTrue(found.none { "com.uppzy.internal" in it }, "internal types are in the public interface")
        if (System.getProperty("uppzy.api") == "write") {
            committed.parent.createDirectories()
            committed.writeLines(found)
        }
        val known = committed.readLines()
        assertEquals(emptyList(), known - found.toSet(), "programs that use this would break")
        assertEquals(emptyList(), found - known.toSet(), "this is new and has to be committed: -Duppzy.api=write")
    }

    private fun publicApi(): List<String> {
        val classes =
            Path.of(
                Uppzy::class.java.protectionDomain.codeSource.location
                    .toURI(),
            )
        val names =
            Files.walk(classes).use { files ->
                files
                    .map { classes.relativize(it).invariantSeparatorsPathString }
                    .filter { it.endsWith(".class") && !it.startsWith("com/uppzy/internal/") }
                    .map { it.removeSuffix(".class").replace('/', '.') }
                    .toList()
            }
        return names.sorted().flatMap { members(Class.forName(it, false, javaClass.classLoader)) }
    }

    private fun members(type: Class<*>): List<String> {
        val outer = generateSequence(type) { it.enclosingClass }
        if (outer.any { !isPublic(it) }) {
            return emptyList()
        }
        val hidden = hiddenConstructors(type)
        val constructors =
            type.declaredConstructors.filter {
                isSeen(it) && descriptor(it) !in hidden && it.parameterTypes.none(::isInternal)
            }
        // Names with the module's in them are those of internal members.
        val methods = type.declaredMethods.filter { isSeen(it) && !isInternalName(it.name) }
        val fields = type.declaredFields.filter { isSeen(it) && !it.isSynthetic }
        val members =
            constructors.map { "<init>${descriptor(it)}" } + methods.map(::line) + fields.map(::line)
        return listOf("${type.name} : ${parents(type)}") + members.sorted().map { "${type.name}.$it" }
    }

    private fun parents(type: Class<*>): String =
        (listOfNotNull(type.superclass) + type.interfaces)
            .joinToString { it.name }
            .let { if (Modifier.isFinal(type.modifiers)) "final $it" else it }

    private fun line(method: Method): String =
        (if (Modifier.isStatic(method.modifiers)) "static " else "") +
            "${method.name}${descriptor(method)}${method.returnType.descriptorString()}"

    private fun line(field: Field): String =
        "static ".takeIf { Modifier.isStatic(field.modifiers) }.orEmpty() +
            "${field.name} ${field.type.descriptorString()}"

    private fun descriptor(executable: Executable): String =
        executable.parameterTypes.joinToString("", "(", ")") { it.descriptorString() }

    /** Also defaults of arguments, which are synthetic, and which calls are compiled to. */
    private fun isSeen(member: Executable): Boolean =
        (Modifier.isPublic(member.modifiers) || Modifier.isProtected(member.modifiers)) &&
            (!member.isSynthetic || member.name.endsWith("\$default")) &&
            !member.isBridge()

    private fun Executable.isBridge(): Boolean = this is Method && isBridge

    private fun isSeen(field: Field): Boolean =
        Modifier.isPublic(field.modifiers) || Modifier.isProtected(field.modifiers)

    private fun isInternalName(name: String): Boolean = "\$uppzy" in name

    private fun isInternal(type: Class<*>): Boolean = type.name.startsWith("com.uppzy.internal.")

    private fun isPublic(type: Class<*>): Boolean {
        val description =
            described(type)
                ?: return Modifier.isPublic(type.modifiers) &&
                    !type.isSynthetic &&
                    type.getAnnotation(Metadata::class.java) == null
        return description.kmClass.visibility == Visibility.PUBLIC ||
            description.kmClass.visibility == Visibility.PROTECTED
    }

    private fun hiddenConstructors(type: Class<*>): Set<String> =
        described(type)
            ?.kmClass
            ?.constructors
            .orEmpty()
            .filter { it.visibility == Visibility.INTERNAL || it.visibility == Visibility.PRIVATE }
            .mapNotNull { it.signature?.descriptor?.removeSuffix("V") }
            .toSet()

    private fun described(type: Class<*>): KotlinClassMetadata.Class? =
        type
            .getAnnotation(
                Metadata::class.java,
            )?.let { KotlinClassMetadata.readLenient(it) as? KotlinClassMetadata.Class }
}
