cd "$CONTEXT"
reference=$(KO_DOCKER_REPO=$REPOSITORY ko build . --bare --tags "$TAG" --push="$PUSH" ${PLATFORMS:+--platform "$PLATFORMS"} --sbom none)
echo "${reference##*@}" > "$DIGEST_FILE"
