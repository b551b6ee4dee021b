// Not a vendor's: what a member answers that exists only to be compiled against.
internal static class Contract
{
    internal static NotSupportedException Only() =>
        new("This is a contract to compile against, without the vendor's behaviour. Build with -p:VendorPackages=true to run against the real package.");
}
