package com.uppzy.scenarios

import java.net.URI
import java.nio.file.Path
import kotlin.io.path.readText

/** Servers that are not ours, where `uppzy-servers` has started some in front of its sandbox. */
class Servers(
    told: Fields,
) {
    /** Where the sandbox behind them is controlled. */
    val controlUrl = told.getValue("control_url") as String

    /** The folder of the scenarios that are run against them. */
    val cases: Path = Path.of(told.getValue("cases") as String)

    private val known = fields(told["known"])

    /** What references find, with the URL under which each server has the space: its path, elsewhere. */
    fun knownFor(space: Fields): Fields {
        val path = URI(space.getValue("base_url") as String).path
        return known.mapValues { (_, server) ->
            val origin = fields(server)["origin"]
            if (origin == null) server else fields(server) + ("base_url" to "$origin$path")
        }
    }

    companion object {
        /** The servers, if this runs below `uppzy-servers`. */
        val started: Servers? by lazy {
            System.getenv("UPPZY_SERVERS")?.let {
                Servers(fields(json.readValue(Path.of(it).readText(), Map::class.java)))
            }
        }
    }
}
