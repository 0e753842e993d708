// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "uppzy-chaos",
  platforms: [.macOS(.v13)],
  dependencies: [.package(path: "../../../../bindings-uniffi/swift")],
  targets: [
    .executableTarget(name: "Worker", dependencies: [.product(name: "Uppzy", package: "swift")])
  ],
  swiftLanguageModes: [.v6]
)
