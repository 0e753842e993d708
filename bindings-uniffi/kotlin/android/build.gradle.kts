// The package for Android, with the native libraries of its processors: com.uppzy:uppzy-android.
// Not run in this project's checks: there is no Android SDK there. See README.md beside it.
plugins {
    id("com.android.library") version "8.7.3"
    id("org.jetbrains.kotlin.android") version "2.2.21"
    id("maven-publish")
}

group = "com.uppzy"
version = "0.1.0"

android {
    namespace = "com.uppzy"
    compileSdk = 35

    defaultConfig {
        minSdk = 26
        consumerProguardFiles("../src/main/resources/META-INF/proguard/uppzy.pro")
    }

    sourceSets["main"].apply {
        kotlin.srcDirs("../src/main/kotlin", "generated")
        // As `native.sh` makes them: jniLibs/<ABI>/libuppzy_uniffi.so
        jniLibs.srcDirs("jniLibs")
        // Their bills of materials, by the same program.
        resources.srcDirs("resources")
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_11
        targetCompatibility = JavaVersion.VERSION_11
    }

    publishing {
        singleVariant("release") { withSourcesJar() }
    }
}

kotlin {
    explicitApi()
    compilerOptions { jvmTarget.set(org.jetbrains.kotlin.gradle.dsl.JvmTarget.JVM_11) }
}

dependencies {
    api("org.jetbrains.kotlinx:kotlinx-coroutines-core:1.10.2")
    // The form with Android's own libraries of JNA in it.
    implementation("net.java.dev.jna:jna:5.17.0@aar")
}

publishing {
    publications.register<MavenPublication>("release") {
        artifactId = "uppzy-android"
        afterEvaluate { from(components["release"]) }
    }
}
