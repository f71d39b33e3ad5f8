// SPDX-License-Identifier: EUPL-1.2

/// The colours of a drawing. Partners get theirs in the order in which tasks name them.
struct DrawingPalette {
    /// Light tints of Okabe and Ito's palette (jfly.uni-koeln.de/color), which people with colour blindness can tell apart.
    private static let tints = ["#bfe0f5", "#fde3b0", "#c5e8d9", "#f3cfe2", "#fbf5b8", "#f6cbb0", "#c9d3e8", "#dddddd"]

    static let edge = "#5a6472"
    static let faded = "#c3c9d1"
    static let acute = "#c8102e"
    static let walked = "#0b5cad"
    static let current = "#0b5cad"
    static let visited = "#7fb2e5"
    static let final = "#e9ecef"
    static let neutral = "#f6f7f9"
    static let clusterBorder = "#aab2bd"

    let roles: [String]

    init(_ definition: Definition) {
        var roles: [String] = []
        for task in definition.tasks where !roles.contains(task.to) { roles.append(task.to) }
        self.roles = roles
    }

    func fill(_ role: String) -> String {
        guard let index = roles.firstIndex(of: role) else { return DrawingPalette.neutral }
        return DrawingPalette.tints[index % DrawingPalette.tints.count]
    }

    static func shade(_ depth: Int) -> String { depth.isMultiple(of: 2) ? "#f3f5f8" : "#fcfcfd" }

    func edge(_ transition: Transition, isWalked: Bool, hasPath: Bool) -> String {
        let isAcute = transition.lane == .acute
        if isWalked { return "color=\"\(isAcute ? DrawingPalette.acute : DrawingPalette.walked)\", penwidth=3.2" }
        if hasPath { return "color=\"\(isAcute ? "#e8a5ae" : DrawingPalette.faded)\"" }
        return isAcute ? "color=\"\(DrawingPalette.acute)\", penwidth=2" : "color=\"\(DrawingPalette.edge)\""
    }
}
