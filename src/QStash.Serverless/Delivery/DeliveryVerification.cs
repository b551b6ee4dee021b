using System.Diagnostics.CodeAnalysis;

namespace QStash.Serverless;

/// <summary>Either a verified delivery, or the reply that refuses it.</summary>
public sealed class DeliveryVerification
{
    internal DeliveryVerification(QStashDelivery delivery) => Delivery = delivery;

    internal DeliveryVerification(DeliveryReply refusal) => Refusal = refusal;

    /// <summary>The verified delivery, or null when it was refused.</summary>
    public QStashDelivery? Delivery { get; }

    /// <summary>What to answer when it was refused, else null.</summary>
    public DeliveryReply? Refusal { get; }

    /// <summary>Whether the delivery is proven to come from QStash and its body was read whole.</summary>
    [MemberNotNullWhen(true, nameof(Delivery))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsVerified => Delivery is not null;
}
