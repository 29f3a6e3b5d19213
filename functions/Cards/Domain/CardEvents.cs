using CustomerFunctions.Events.Domain;

namespace CustomerFunctions.Cards.Domain;

/// <param name="Code">The code.</param>
/// <param name="Program">The program that it collects in.</param>
/// <param name="Type">Whom it is for.</param>
[EventType("card.created", "A loyalty card was made.")]
public sealed record CardCreated(string Code, string Program, CardType Type);

/// <param name="Code">The code that holds now.</param>
/// <param name="Program">The program that it collects in.</param>
/// <param name="Type">Whom it is for.</param>
/// <param name="State">Whether it can be used.</param>
/// <param name="Members">How many customers collect on it.</param>
[EventType("card.changed", "The code, type, state or members of a loyalty card changed.")]
public sealed record CardChanged(string Code, string Program, CardType Type, CardState State, int Members);
