/// A part of a template.
indirect enum Statement: Sendable {
    case text(String)
    case output(Expression, line: Int)
    case loop(Loop)
    case branch([(test: Expression, body: [Statement])], otherwise: [Statement])
    case assign(Target, Expression, line: Int)
    case assignBlock(Target, [Filter], [Statement], line: Int)
    case macro(Macro)
    case callBlock(Macro, Expression, line: Int)
    case filterBlock([Filter], [Statement], line: Int)
    case with([(target: Target, value: Expression)], [Statement], line: Int)
    case generation([Statement], line: Int)
    case breakLoop(line: Int)
    case continueLoop(line: Int)
}

/// What a value is assigned to.
enum Target: Sendable {
    case name(String)
    case attribute(of: String, String)
    case tuple([Target])
}

/// `{% for target in sequence if condition %} body {% else %} otherwise {% endfor %}`
struct Loop: Sendable {
    let target: Target
    let sequence: Expression
    let condition: Expression?
    let body: [Statement]
    let otherwise: [Statement]
    let line: Int
}

/// `{% macro name(parameters) %} body {% endmacro %}`, or the body of a call block.
struct Macro: Sendable {
    let name: String
    let parameters: [(name: String, fallback: Expression?)]
    let body: [Statement]
    let line: Int
}
