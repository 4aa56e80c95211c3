# The site as one image. Build: docker build -t governance .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN dotnet publish src/Governance.Web -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
# What must outlive the container, and what every node shares: cookie keys, the signing key with the file beside it, the key store.
RUN mkdir /data && chown app /data
VOLUME /data
USER app
ENV Data__Folder=/data ASPNETCORE_HTTP_PORTS=8080
EXPOSE 8080
ENTRYPOINT ["dotnet", "Governance.Web.dll"]
