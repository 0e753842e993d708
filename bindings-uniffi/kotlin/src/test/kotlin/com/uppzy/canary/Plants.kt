package com.uppzy.canary

import com.uppzy.scenarios.json

/** What is planted wherever a program can put it, by the name that the test and its program know it by. */
val PLANTS =
    mapOf(
        "key" to "KeyPlant7Gq2Xw9Zt4",
        "bearer" to "BearerPlant3Vb8Nm6Kd",
        "header" to "HeaderPlant5Yc1Rf7Lp",
        "message" to "MessagePlant9 Uj3Ea8 why does my \"green\" lampüp hum?",
        "answer" to "AnswerPlant2 Ok6Bt1 because its choke is old",
        "title" to "TitlePlant8 Pz4Xs7 humming lamps",
        "email" to "email.plant4+lq0@canary-shop.test",
        "secret" to "SessionPlant1-Gh5Tf9Vc3",
    )

/** A run of so many characters of a plant is a leak. */
private const val RUN = 12
private const val BEFORE = 150
private const val AFTER = 100

/** The runs, as they are, as JSON writes them, and as bytes look that were read as Latin-1. */
private val FORMS: Set<String> =
    (PLANTS.values.flatMap { it.windowed(RUN) } + listOf("canary-shop", "email.plant4"))
        .flatMap { listOf(it, written(it), it.toByteArray().toString(Charsets.ISO_8859_1)) }
        .toSet()

private fun written(text: String): String = json.writeValueAsString(text).removeSurrounding("\"")

/** The first that stands there of the plants, with what is around it. */
fun leaks(
    place: String,
    text: String,
): List<String> {
    val form = FORMS.firstOrNull { it in text } ?: return emptyList()
    val at = text.indexOf(form)
    val around = text.substring((at - BEFORE).coerceAtLeast(0), (at + AFTER).coerceAtMost(text.length))
    return listOf("$place: $form in $around")
}
